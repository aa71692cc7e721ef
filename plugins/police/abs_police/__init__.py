"""The police block: who goes, how safe it is for others, and police data that stay here."""
