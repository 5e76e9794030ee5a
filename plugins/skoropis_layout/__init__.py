"""Layout: words typed with the wrong keyboard layout switched on."""
