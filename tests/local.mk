# filled by steps
