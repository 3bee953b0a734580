"""Numbers by which kernels and the code around them mean the same thing."""

GOES_ON, ARRIVED, DROPPED, LOST, EXPIRED = -1, 0, 1, 2, 3  # endings are indices into OUTCOMES
AXES, TREE, SPHERE, NAMES = 0, 1, 2, 3  # kinds of spaces
KIND, FIRST, WIDTH, SIZE, LEVELS, SCALE = range(6)  # columns of a legend
GIVEN, DISTANCE, PRODUCT, RANK = 0, 1, 2, 3  # what makes a score
NEVER, IF_STUCK, ALWAYS = 0, 1, 2  # when somebody may have a letter again
REVISITS = ("never", "if-stuck", "always")
