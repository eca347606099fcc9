"""What may be asked: which requests the documentation calls valid, which it refuses, and on which it is silent."""
