from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "cop.programs"
    label = "programs"
