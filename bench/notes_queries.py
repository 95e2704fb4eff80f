"""Queries on one person's notes with the section that answers each; written before the ranker.

Each kind is split by turns: the first, third, ... of a kind are to tune on, the others are only
ever measured. An answer is the end of a heading path; the notes themselves are not here.
"""

from __future__ import annotations

from dataclasses import dataclass

BY_KIND: dict[str, tuple[tuple[str, str], ...]] = {
    "words": (
        ("fastapi", "FastAPI"),
        ("serve uvicorn externally", "FastAPI"),
        ("linux ip address find", "IPs"),
        ("notebook password", "Notebook"),
        ("tar image docker", "Uploading Docker Images to other Computers"),
        ("plugins lua write", "Neovim › Plugins"),
        ("hugging face downgrade requests", "Issue with Corporate Firewall"),
        ("tutorial webapp dataiku", "WebApps"),
        ("glass-box models", "Interpretability"),
        ("black box lime", "Interpretability"),
        ("rule chain", "Linear Algebra"),
        ("chatbots sliders", "Opinion Blog Posts"),
        ("feedback human rlhf rlaif", "RLAIF"),
        ("what are embeddings", "Embeddings"),
        ("context vector encoder decoder rnn", "Attention"),
        ("self attention basic", "Basic Self Attention"),
        ("query key value matrices", "Scaled Dot-Product Attention"),
        ("multi head", "Multi-Head Attention"),
        ("kv cache", "LLM Inference › Math"),
        ("llama2 memory ram", "LLM Inference › Math"),
        ("quantization int 8-bit", "Inference Optimization"),
        ("speculative inference", "Serving LLMs"),
        ("topic model corpus unsupervised", "Latent Dirichlet Allocation (LDA)"),
        ("shifted windows swin", "Image Classification"),
        ("rekognition aws", "Image Recognition / Labelling"),
        ("mojo cheatsheet", "Examples & Cheatsheets"),
    ),
    "prefix": (
        ("uvic", "FastAPI"),
        ("jupyter note", "Notebook"),
        ("docker uplo", "Uploading Docker Images to other Computers"),
        ("corporate fire", "Issue with Corporate Firewall"),
        ("dot-prod", "Scaled Dot-Product Attention"),
        ("gibbs samp", "Latent Dirichlet Allocation (LDA)"),
        ("prompt engin", "Prompt Engineering"),
        ("guardr", "Enforcing Outputs"),
        ("langch", "LLM Utilization"),
        ("summariz", "Text Summarization"),
        ("vision transf", "Image Classification"),
        ("consciou", "Conciousness"),
        ("mojo high", "Syntax Highlighters"),
        ("flexf", "Serving LLMs"),
    ),
    "typo": (
        ("fastpai", "FastAPI"),
        ("jupiter password", "Notebook"),
        ("dokcer image tar", "Uploading Docker Images to other Computers"),
        ("coporate firewall", "Issue with Corporate Firewall"),
        ("interpretabilty", "Interpretability"),
        ("embedings", "Embeddings"),
        ("quantisation", "Inference Optimization"),
        ("self atention basic", "Basic Self Attention"),
        ("speculativ inferense", "Serving LLMs"),
        ("dirichelt", "Latent Dirichlet Allocation (LDA)"),
        ("consciousnes", "Conciousness"),
        ("rekogniton", "Image Recognition / Labelling"),
        ("langchian rag", "Medium Articles"),
        ("multihead", "Multi-Head Attention"),
    ),
    "code": (
        ("--host 0.0.0.0 --port 8001", "FastAPI"),
        ("jupyter notebook --ip", "Notebook"),
        ("docker save -o", "Uploading Docker Images to other Computers"),
        ("docker-compose up -d", "Uploading Docker Images to other Computers"),
        (":%s/old/new/g", "Useful Tools"),
        ("CURL_CA_BUNDLE", "Issue with Corporate Firewall"),
        ("os.environ", "Issue with Corporate Firewall"),
        ("sed -En", "IPs"),
        ("code:load", "Uploading Docker Images to other Computers"),
        ("ifconfig", "IPs"),
    ),
    "maths": (
        (r"\frac partial", "Linear Algebra"),
        ("frac beta", "Linear Algebra"),
        (r"\Sigma a_{ij}", "Basic Self Attention"),
        ("exp q k v", "Scaled Dot-Product Attention"),
        (r"\approx 1.2", "LLM Inference › Math"),
        ("math:beta_0", "Linear Algebra"),
        ("memory_{model}", "LLM Inference › Math"),
    ),
    "todo": (
        ("todo:neovim-ai", "Neovim › Plugins"),
        ("todo:read embeddings", "Embeddings"),
        ("todo: prompt", "Prompt Engineering"),
        ("todo:galileo", "Conciousness"),
        ("todo: consciousness", "Conciousness"),
        ("todo documentation tests plugin", "Neovim › Plugins"),
    ),
    "other words": (
        ("how do I run a REST API server so other machines can reach it", "FastAPI"),
        ("what is my machine's network address", "IPs"),
        ("protect jupyter with a login", "Notebook"),
        ("move a container to an offline computer", "Uploading Docker Images to other Computers"),
        ("replace text everywhere in the editor", "Useful Tools"),
        ("SSL certificate error behind the company proxy", "Issue with Corporate Firewall"),
        ("explain why a model made a prediction", "Interpretability"),
        ("derivative of composed functions", "Linear Algebra"),
        ("reinforcement learning with AI labels instead of people", "RLAIF"),
        ("how much GPU memory does a 70 billion model need", "LLM Inference › Math"),
        ("make language models produce valid JSON", "Enforcing Outputs"),
        ("speed up generation of tokens with a draft model", "Serving LLMs"),
        ("shrink weights to use less memory", "Inference Optimization"),
        ("read Word documents in python", "Preprocessing"),
        ("try out regular expressions online", "Preprocessing"),
        ("find themes in a collection of texts", "Latent Dirichlet Allocation (LDA)"),
        ("split picture into patches for a transformer", "Image Classification"),
        ("detect objects in photos with a cloud service", "Image Recognition / Labelling"),
        ("shorten a long article automatically", "Text Summarization"),
        ("vim colours for a new programming language", "Syntax Highlighters"),
    ),
}


@dataclass(frozen=True)
class Question:
    """A query, its kind, the end of the answer's heading path, and the half it belongs to."""

    kind: str
    query: str
    answer: str
    half: str

    def is_answer(self, heading_path: tuple[str, ...]) -> bool:
        """Tell whether a section is the one."""
        wanted = tuple(self.answer.split(" › "))
        return heading_path[-len(wanted) :] == wanted


def questions() -> tuple[Question, ...]:
    """Return all queries, each kind split in two halves by turns."""
    return tuple(
        Question(kind, query, answer, ("tune", "measure")[number % 2])
        for kind, entries in BY_KIND.items()
        for number, (query, answer) in enumerate(entries)
    )
