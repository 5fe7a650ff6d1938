"""How the judge touches a partner. Every port works through a tape, which writes everything down."""
