FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/base.txt


FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/media
RUN useradd --system --uid 10001 --home-dir /srv --shell /usr/sbin/nologin cop \
    && install -d -o cop -g cop /srv/media
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/cop
COPY manage.py LICENSE ./
COPY static static
COPY templates templates
COPY domain domain
COPY members members
COPY repertoire repertoire
COPY tasks tasks
COPY cop cop
# Settings want a secret even for this; it is forgotten with the command.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    python manage.py collectstatic --noinput --verbosity=0
USER cop
VOLUME /srv/media
EXPOSE 8000
CMD ["uvicorn", "cop.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--timeout-graceful-shutdown", "20"]
