"""The KMar block: airports, borders and military sites, under the police data act."""
