"""The KMar block's private messages: sealed inside it, the core carries none of them."""
