"""What does the service look like when a network of sites uses it? Made-up sites and weeks."""
