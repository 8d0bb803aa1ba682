"""How do records of other systems become movements of ours? A room a format, and a recorder."""
