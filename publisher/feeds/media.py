"""An entry's picture as Media RSS, for RSS and Atom alike: feedgen's own media extension lacks credit and alt."""

from lxml import etree

from publisher.feeds.namespaces import MEDIA
from publisher.model.article import Image


def add_media(parent: etree._Element, image: Image | None) -> None:
    """Append `media:content` with description and credit (Media RSS 1.5.1) where the entry has a picture."""
    if image is None or image.src is None:
        return
    content = etree.SubElement(parent, f"{{{MEDIA}}}content", url=image.src, medium="image")
    for name, pixels in (("width", image.width), ("height", image.height)):
        if pixels:
            content.set(name, str(pixels))
    for name, text in (("description", image.caption or image.alt), ("credit", image.credit)):
        if text:
            etree.SubElement(content, f"{{{MEDIA}}}{name}").text = text
