# Two commands matter: `make lab` to learn, `make test` to check. Works with GNU make 3.81 and any POSIX shell.

.DEFAULT_GOAL := help
.PHONY: help setup setup-backends setup-colab setup-site lab test lint format test-backends test-colab notebooks assignments grade classifier badges map bench site test-site test-browser clean

ENVIRONMENT := .venv
BACKENDS := .venv-backends
COLAB := .venv-colab
SITE := .venv-site
RUN := $(ENVIRONMENT)/bin/python
CODE := course_utils tests tools benchmarks examples notebooks solutions
CELL_SECONDS := 240
# A file's tests share what they set up. The lessons, whose seconds count, run one after the other.
SIDE_BY_SIDE := --numprocesses=logical --maxprocesses=4 --dist=loadfile

# PYTHON=python3.12 chooses the interpreter; LESSON=05 one lesson; LAB_ARGS goes to JupyterLab as it is, GRADE_ARGS to the
# grader.
PYTHON ?=
LESSON ?=
REPOSITORY ?=
ASSIGNMENT ?=
GRADE_ARGS ?=
LAB_ARGS ?=
BROWSER_ARGS ?=
COLAB_ARGS ?=
BENCH_ARGS ?=
KERAS_BACKEND ?= tensorflow
export PYTHON KERAS_BACKEND
# Tests compile the same small programs again and again; what JAX compiled it keeps here, and takes bit for bit.
export JAX_COMPILATION_CACHE_DIR := $(CURDIR)/$(BACKENDS)/jax-cache
export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS := 0
export JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES := -1

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

setup-colab:  ## the same for .venv-colab, with Google Colab's packages and without the course
	@sh tools/set_up.sh $(COLAB) requirements-colab.txt --without-course
	@ls $(COLAB)/wheels/*.whl >/dev/null 2>&1 || $(COLAB)/bin/python -m pip download --quiet --disable-pip-version-check \
		--no-deps --constraint requirements.txt --dest $(COLAB)/wheels keras setuptools

setup-site:  ## the same for .venv-site, with what builds the pages of the site and what tests them
	@sh tools/set_up.sh $(SITE) requirements-site.txt

lab: setup  ## open JupyterLab on the lessons
	@$(RUN) tools/lab.py $(LAB_ARGS)

test: lint  ## everything that must pass: lint, unit tests, every lesson from top to bottom
	$(RUN) -m pytest $(SIDE_BY_SIDE) -m "not browser" tests
	$(RUN) -m pytest -p tools.lesson_seconds --nbval-lax --nbval-current-env --nbval-cell-timeout=$(CELL_SECONDS) notebooks/
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
		KERAS_BACKEND=$$backend $(BACKENDS)/bin/python -m pytest $(SIDE_BY_SIDE) -m backends $(addprefix --ignore=tests/,tools grading assignments browser) tests \
			|| failed="$$failed $$backend"; \
	done; \
	if [ -n "$$failed" ]; then echo "Failed on:$$failed"; exit 1; fi; \
	echo "All passed on JAX and PyTorch."

test-colab: setup setup-colab  ## lessons as on Google Colab, with COLAB_ARGS=--imports only their first two cells
	$(RUN) -m tools.colab --cell-seconds=$(CELL_SECONDS) $(COLAB_ARGS) $(COLAB) notebooks $(LESSON)

notebooks: setup  ## run the lessons in place, or one of them with LESSON=05; prints seconds and memory
	@$(RUN) -m tools.run_notebooks --cell-seconds=$(CELL_SECONDS) notebooks $(LESSON)

assignments: setup  ## write assignments/ from solutions/
	@$(RUN) -m course_utils.grading.release

grade: setup  ## grade submitted/*/ASSIGNMENT in a sandbox: make grade ASSIGNMENT=hw1_shapes_and_losses
	@$(RUN) -m course_utils.grading $(GRADE_ARGS) $(ASSIGNMENT)

classifier: setup  ## train the digit classifier behind the metrics again
	$(RUN) -m course_utils.metrics.train_classifier digits

badges: setup  ## carry the repository's address everywhere, a new one with REPOSITORY=owner/name
	@$(RUN) -m tools.badges $(if $(REPOSITORY),"--repository=$(REPOSITORY)") notebooks README.md CITATION.cff

map: setup  ## draw the map of lessons for the README from the catalogue
	@$(RUN) -m course_utils.plotting.lesson_picture docs/images/map.svg

bench: setup  ## time a training step beside plain loops of TensorFlow and PyTorch
	@$(RUN) -m benchmarks.step_time $(BENCH_ARGS)

site: setup-site  ## make web pages of the lessons and texts in site/, and check them
	@$(SITE)/bin/python -m tools.site site

test-site: setup-site  ## look at these pages in a headless Chromium: reachable, readable, complete
	$(SITE)/bin/python -m pytest -m browser tests/browser/test_site.py tests/browser/test_mathml.py

test-browser: setup setup-site  ## run the lessons and an assignment in JupyterLab, in a headless Chromium
	@$(SITE)/bin/python tools/chromium.py
	COURSE_ENVIRONMENT=$(ENVIRONMENT) $(SITE)/bin/python -m pytest -m browser tests/browser/test_assignments.py tests/browser/test_lessons.py $(BROWSER_ARGS)

clean:  ## remove the environments, the site and every cache
	rm -rf $(ENVIRONMENT) $(BACKENDS) $(COLAB) $(SITE) $(ENVIRONMENT)*.lock site *.egg-info .pytest_cache .ruff_cache .hypothesis
	find $(CODE) \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
