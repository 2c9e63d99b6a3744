"""The workshop of questions and answers: what waits, its evidence, what customers ask, what a page leaves out."""
