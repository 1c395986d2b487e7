"""What the tests beside PyTorch share: their data, and skipping by name without it."""

import os
import sys

SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def requirements():
    """(program, weights file, folder of pictures), or the test is skipped."""
    try:
        import numpy  # noqa: F401
        import PIL  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        skip(f"{error.name} is not installed (Debian: python3-torch python3-numpy python3-pil)")
    weights = os.environ.get("IMPASTO_TEST_VGG19")
    images = os.environ.get("IMPASTO_TEST_IMAGES")
    if not weights:
        skip("IMPASTO_TEST_VGG19 names no file of VGG19's weights")
    if not images:
        skip("IMPASTO_TEST_IMAGES names no folder of pictures")
    return os.path.abspath(sys.argv[1]), os.path.abspath(weights), os.path.abspath(images)


def resized(path, size, destination):
    """A PNG of the picture at size (width, height), so that nobody else needs to resize."""
    from PIL import Image
    Image.open(path).convert("RGB").resize(size, Image.BICUBIC).save(destination)
    return destination
