"""The market of needs: how they arise, how they are searched for, who is awarded them."""
