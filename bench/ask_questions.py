"""Questions for `notes ask`, written before the engine was: two sets, each in two halves.

`TUNE` may be looked at while the engine is built; `MEASURE` is only ever counted. A question names
the headings whose section holds its answer; none means that the notes do not hold it, although
they speak of things near it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        text: What is asked.
        headings: Last headings of the sections that answer it; empty when none does.
        tune: It belongs to the half that may be tuned on.
    """

    text: str
    headings: tuple[str, ...] = ()
    tune: bool = False


def _all(tune: dict[str, str], measure: dict[str, str]) -> tuple[Question, ...]:
    halves = ((tune, True), (measure, False))
    return tuple(
        Question(text, tuple(headings.split(" | ")) if headings else (), half)
        for questions, half in halves
        for text, headings in questions.items()
    )


# For one person's long notes.md about networking, Docker, Neovim and machine learning, given by
# its owner with `--notes`; the file is no part of this repository.
OWN = _all(
    tune={
        "how much memory does a 70b model need?": "Math",
        "How do I serve a FastAPI app externally?": "FastAPI",
        "What is the command that sets a password for the notebook?": "Notebook",
        "How do I move a docker image to a machine without internet?": (
            "Uploading Docker Images to other Computers"
        ),
        "What does LIME do?": "Interpretability",
        "Which version of requests gets around the company firewall?": (
            "Issue with Corporate Firewall"
        ),
        "Which matrices does scaled attention introduce?": "Scaled Dot-Product Attention",
        "Which tool uses speculative inference to be faster?": "Serving LLMs",
        "Which topic model is best for tweets?": "Latent Dirichlet Allocation (LDA)",
        "How does ViT turn a picture into something a transformer can read?": (
            "Image Classification"
        ),
        "How do I undo the last git commit?": "",
        "How do I scale a Kubernetes deployment?": "",
        "Which learning rate should I use to fine-tune BERT?": "",
        "How do I set a breakpoint in Neovim?": "",
        "How many parameters does GPT-4 have?": "",
    },
    measure={
        "How do I find my IP address?": "IPs",
        "how to find and replace text in the editor?": "Useful Tools",
        "How do I start the compose file?": "Uploading Docker Images to other Computers",
        "What does the chain rule say?": "Linear Algebra",
        "Is RLHF better than RLAIF?": "RLAIF",
        "Why do RNN based seq2seq models have trouble with long inputs?": "Attention",
        "What is stored in the kv cache?": "Math",
        "How much memory is saved by quantizing to 8 bits?": "Inference Optimization",
        "Which python library handles Word documents?": "Preprocessing",
        "Which cloud service labels the objects in an image?": "Image Recognition / Labelling",
        "How do I write a Dockerfile for a Python app?": "",
        "Which port does Redis listen on?": "",
        "How do I add authentication to FastAPI?": "",
        "What is the formula of the cross-entropy loss?": "",
        "Who won the football world cup in 2018?": "",
    },
)

# For the same file, in words that the notes do not use: does looking for other words help?
OTHER = _all(
    tune={},
    measure={
        "How do I swap one term for another across the whole buffer?": "Useful Tools",
        "How can I see under which address my laptop is reachable?": "IPs",
        "How do I keep strangers out of my .ipynb server?": "Notebook",
        "What explains single outputs of an opaque classifier?": "Interpretability",
        "How do I bring a container onto a box that is offline?": (
            "Uploading Docker Images to other Computers"
        ),
        "Where can I practise regular expressions?": "Preprocessing",
        "How do I shrink weights so that a net fits on a small GPU?": "Inference Optimization",
        "What compares ratings by people with ratings by machines?": "RLAIF",
        "How do I bake sourdough bread?": "",
        "What does a flight to Lisbon cost?": "",
        "How do I rotate a page of a PDF?": "",
        "What is the code of the office door?": "",
    },
)

# For `bench/ask_corpus.py`: descriptions of installed packages, of the versions in constraints.txt.
PUBLIC = _all(
    tune={
        "How often does the client retry a failed request by default?": "Retries",
        "What is the default timeout of a request to OpenAI?": "Timeouts",
        "How do I get four digits after the decimal point in a table?": "Number formatting",
        "Which msgpack option limits the internal buffer size?": "Security",
        "Which Python versions does idna support?": "Additional Notes",
        "Where is application data kept on Linux?": "Quick start",
        "How many bytes is a token on average?": "What is BPE anyway?",
        "Does the msgpack extension work with PyPy?": "Pure Python implementation",
        "How do I make a Redis lock with msgpack?": "",
        "Which GPU does tiktoken need?": "",
        "How do I draw a bar chart with tabulate?": "",
        "How do I deploy a website to Heroku?": "",
    },
    measure={
        "Which exception is raised when the connection to the API fails?": "Handling errors",
        "How much faster is tiktoken than other tokenisers?": "Performance",
        "How can unpacking be made faster with tuples?": "Performance tips",
        "Are emoji domains supported?": "Additional Notes",
        "What was the package called before msgpack 0.5?": "msgpack 0.5",
        "Which named argument aligns all columns of a table?": "Custom column alignment",
        "What is the base class of the conversion errors of idna?": "Exceptions",
        "Can an Unpacker be used again after an exception?": "Streaming unpacking",
        "How do I translate a domain name into French?": "",
        "Who is the author of the MessagePack format?": "",
        "How much does an OpenAI request cost?": "",
        "How do I read a CSV file into tabulate?": "",
    },
)
