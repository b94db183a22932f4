"""How well a schema told won leads from lost ones, and what a better points card would be.

Statistics and bucketing only, in plain Python; the fitting itself is a service, since it needs numpy.
"""
