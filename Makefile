# Each target calls one script, because a bare machine has no make: sh mabele.sh run
.PHONY: run stop test bench lint clean

run stop test bench lint clean:
	@sh mabele.sh $@
