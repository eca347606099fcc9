"""The registry of images: its contracts, and how the real one is started."""
