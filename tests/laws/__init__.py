"""Every law against the orders example: wrong servers that break it, and the honest one."""
