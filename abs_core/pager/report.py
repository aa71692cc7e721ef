def page(summary, record, driven):
    return "x"
