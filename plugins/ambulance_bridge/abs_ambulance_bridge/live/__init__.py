"""The live bridge: a block like any other, with the other side behind a connector."""
