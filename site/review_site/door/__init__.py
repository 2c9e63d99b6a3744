"""The door to the network: takes requests whole within bounds, and hands them to whoever answers them."""
