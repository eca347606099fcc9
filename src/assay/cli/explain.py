import click
@click.command("explain")
def command(): 
    """x"""
