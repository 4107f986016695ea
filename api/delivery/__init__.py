"""Sending what was watched for: signed feeds, webhooks to public addresses, letters."""
