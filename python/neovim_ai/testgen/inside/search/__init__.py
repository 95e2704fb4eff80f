"""Search for calls that reach what no call reached yet, without a model.

The subject is run with marks in its syntax tree (`marks`) that tell which side of each decision was
taken and how far the other was (`trace`). What may stand for a parameter is read from annotations,
defaults and use (`hints`), written as Python source (`values`), and changed (`change`). `hunt`
keeps, for each goal, the calls nearest to it, after the MIO algorithm (Arcuri 2017).
"""
