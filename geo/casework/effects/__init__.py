"""What steps do to the register, in their own transaction, through its one writer."""
