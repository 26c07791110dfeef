from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "cop.health"
    label = "health"
