from django.urls import path

from cop.demo.views import demo

app_name = "demo"

urlpatterns = [
    path("", demo.show, name="demo"),
    path("<slug:persona>/", demo.sign_in, name="sign_in"),
]
