"""What is true: lattice, perimeters, overlaps, law and register. No HTTP, no drawing."""
