"""An API of our own whose lifecycles need one another, with an honest server."""
