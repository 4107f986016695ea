"""Dues of titles, payments with receipts, and the lists that follow from them."""
