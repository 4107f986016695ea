"""What is true: the lattice, perimeters, overlaps, the law and the register. No HTTP, no drawing."""
