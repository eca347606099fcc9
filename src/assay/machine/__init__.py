"""The lifecycle table as a machine: what an answer says about the states an instance may be in."""
