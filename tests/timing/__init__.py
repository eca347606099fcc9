"""An API in which time plays a part: contracts, servers by hand, and what runs make of them."""
