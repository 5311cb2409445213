"""The words that stand for a player or frame, the same in feeds and digests: `فيديو على youtube.com: …`."""

from urllib.parse import urlsplit

from publisher.model.media import Embed
from publisher.text.words import Words


def tell_embed(embed: Embed, words: Words) -> str:
    """What is there and at which house, in the language of `words`; its title as it stands, where it has one."""
    host = (urlsplit(embed.url).hostname or embed.url).removeprefix("www.")
    what = words.say(f"articles.embed_{embed.kind}", host=host)
    return f"{what}: {embed.title}" if embed.title else what
