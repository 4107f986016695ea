"""Activity in the register: deliveries with the ground they surveyed, and named places."""
