"""The police block's private messages: sealed inside it, the core carries none of them."""
