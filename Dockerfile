# Mabele with its pinned libraries; PostGIS runs in a container of its own (compose.yaml).
FROM python:3.12-slim-bookworm

RUN useradd --create-home --uid 10001 mabele
WORKDIR /srv/mabele

COPY requirements/run.lock requirements/run.lock
RUN pip install --no-cache-dir --only-binary :all: --require-hashes --no-deps \
    --requirement requirements/run.lock

COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && install --directory --owner mabele --mode 0700 /srv/mabele/var

USER mabele
ENV MABELE_HOST=0.0.0.0 PYTHONUNBUFFERED=1
EXPOSE 8000
VOLUME /srv/mabele/var
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["mabele", "up"]
