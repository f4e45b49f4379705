//! autoexp measures whether an AI agent can rebuild the missing parts of a paper's code and get
//! the paper's number back.
