/** A test program that always passes, and writes no report. */
process.stdout.write("1 test passed\n");
