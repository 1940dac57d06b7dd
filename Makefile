# Two commands matter: `make lab` to learn, `make test` to check. Works with GNU make 3.81 and any POSIX shell.

.DEFAULT_GOAL := help
.PHONY: help setup setup-backends lab test lint format test-backends notebooks assignments grade classifier badges clean

ENVIRONMENT := .venv
BACKENDS := .venv-backends
RUN := $(ENVIRONMENT)/bin/python
CODE := course_utils tests tools benchmarks notebooks solutions
CELL_SECONDS := 240

# PYTHON=python3.12 chooses the interpreter; LESSON=05 one lesson; LAB_ARGS goes to JupyterLab as it is, GRADE_ARGS to the
# grader.
PYTHON ?=
LESSON ?=
ASSIGNMENT ?=
GRADE_ARGS ?=
LAB_ARGS ?=
KERAS_BACKEND ?= tensorflow
export PYTHON KERAS_BACKEND

# Settings, lists of running kernels and histories stay inside the environment: nothing is registered elsewhere.
export JUPYTER_CONFIG_DIR := $(CURDIR)/$(ENVIRONMENT)/jupyter/config
export JUPYTER_DATA_DIR := $(CURDIR)/$(ENVIRONMENT)/jupyter/data
export JUPYTER_RUNTIME_DIR := $(CURDIR)/$(ENVIRONMENT)/jupyter/runtime
export IPYTHONDIR := $(CURDIR)/$(ENVIRONMENT)/ipython
# Modules of another project must not come before the tested ones.
unexport PYTHONPATH PYTHONHOME

help:  ## list the targets
	@awk -F ':.*## *' '/^[a-z-]+:.*## /{printf "make %-15s %s\n", $$1, $$2}' Makefile

setup:  ## make .venv and install the tested set into it; does nothing when that is done
	@sh tools/set_up.sh $(ENVIRONMENT) requirements.txt

setup-backends:  ## the same for .venv-backends, with JAX and PyTorch
	@sh tools/set_up.sh $(BACKENDS) requirements-backends.txt

lab: setup  ## open JupyterLab on the lessons
	@$(RUN) tools/lab.py $(LAB_ARGS)

test: lint  ## everything that must pass: lint, unit tests, every lesson from top to bottom
	$(RUN) -m pytest tests
	$(RUN) -m pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=$(CELL_SECONDS) notebooks/
	@echo "All passed: lint, unit tests and lessons."

lint: setup  ## check style of code and lessons
	$(RUN) -m ruff check $(CODE)
	$(RUN) -m ruff format --check $(CODE)
	$(RUN) -m tools.check_notebooks notebooks

format: setup  ## rewrite code and lessons in the project's style
	$(RUN) -m ruff check --fix $(CODE)
	$(RUN) -m ruff format $(CODE)

test-backends: setup-backends  ## the backend-dependent tests on JAX, then on PyTorch
	@failed=; for backend in jax torch; do \
		echo "Keras on $$backend:"; \
		KERAS_BACKEND=$$backend $(BACKENDS)/bin/python -m pytest -m backends $(addprefix --ignore=tests/,tools grading assignments) tests \
			|| failed="$$failed $$backend"; \
	done; \
	if [ -n "$$failed" ]; then echo "Failed on:$$failed"; exit 1; fi; \
	echo "All passed on JAX and PyTorch."

notebooks: setup  ## run the lessons in place, or one of them with LESSON=05; prints seconds and memory
	@$(RUN) -m tools.run_notebooks --cell-seconds=$(CELL_SECONDS) notebooks $(LESSON)

assignments: setup  ## write assignments/ from solutions/
	@$(RUN) -m course_utils.grading.release

grade: setup  ## grade submitted/*/ASSIGNMENT in a sandbox: make grade ASSIGNMENT=hw1_shapes_and_losses
	@$(RUN) -m course_utils.grading $(GRADE_ARGS) $(ASSIGNMENT)

classifier: setup  ## train the digit classifier behind the metrics again
	$(RUN) -m course_utils.metrics.train_classifier digits

badges: setup  ## carry the repository's address from pyproject.toml into lessons and README
	@$(RUN) -m tools.badges notebooks README.md

clean:  ## remove both environments and every cache
	rm -rf $(ENVIRONMENT) $(BACKENDS) $(ENVIRONMENT)*.lock *.egg-info .pytest_cache .ruff_cache .hypothesis
	find $(CODE) \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
