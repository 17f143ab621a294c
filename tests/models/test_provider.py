"""Schemas in the strict form: nothing optional, nothing extra, no keyword a server refuses."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from autocode.models.provider import for_openai, strict_schema


class Item(BaseModel):
    """One passage."""

    title: Annotated[str, Field(min_length=2, pattern="^[a-z]+$", description="its name")] = "x"
    code: Literal["a", "b"] | None = None


class Shape(BaseModel):
    items: list[Item] = Field(max_length=3, description="all passages")
    best: Item = Field(description="the best one")


ITEM = {
    "type": "object",
    "description": "One passage.",
    "properties": {
        "title": {
            "type": "string",
            "minLength": 2,
            "pattern": "^[a-z]+$",
            "description": "its name",
        },
        "code": {"anyOf": [{"enum": ["a", "b"], "type": "string"}, {"type": "null"}]},
    },
    "required": ["title", "code"],
    "additionalProperties": False,
}


def test_the_strict_schema_in_full() -> None:
    assert strict_schema(Shape) == {
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": ITEM,
                "maxItems": 3,
                "description": "all passages",
            },
            "best": ITEM | {"description": "the best one"},
        },
        "required": ["items", "best"],
        "additionalProperties": False,
    }


def test_fields_keep_their_order_because_a_model_writes_from_left_to_right() -> None:
    assert list(strict_schema(Item)["properties"]) == ["title", "code"]


def test_what_openai_refuses_is_left_out_for_openai_only() -> None:
    strict = strict_schema(Shape)
    assert "minLength" not in str(for_openai(strict))
    assert for_openai(strict)["properties"]["items"]["maxItems"] == 3
    assert for_openai(strict)["properties"]["best"]["required"] == ["title", "code"]
    assert "minLength" in str(strict)


def test_fields_may_be_called_like_keywords() -> None:
    class Odd(BaseModel):
        title: str
        default: int
        items: str
        properties: list[str]

    strict = strict_schema(Odd)
    assert list(strict["properties"]) == ["title", "default", "items", "properties"]
    assert for_openai(strict) == strict
