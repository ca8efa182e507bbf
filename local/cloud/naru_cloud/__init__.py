"""Naru's local cloud: the AWS services that the emulator lacks, built on nothing but public AWS APIs."""
