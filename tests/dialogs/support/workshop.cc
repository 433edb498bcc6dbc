#include "support/workshop.h"

#include <algorithm>
#include <set>

namespace attune::dialogs::workshop {
namespace {

using Kind = Item::Kind;

std::string two(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::string fresh_id(Draft& draft) { return "it" + two(draft.next++); }

std::size_t any(Dice& dice, std::size_t size) {
  return static_cast<std::size_t>(dice.below(static_cast<int>(size)));
}

bool asks(const Item& item) { return item.kind != Kind::kSay && item.kind != Kind::kCall; }

const std::string& any_scene(const Draft& draft, Dice& dice) {
  return draft.scenes[any(dice, draft.scenes.size())].name;
}

void give_choices(Item& item, Draft& draft, Dice& dice) {
  item.choices.clear();
  const int count = dice.between(2, 4);
  for (int i = 0; i < count; ++i) {
    const std::string to = dice.one_in(3) ? any_scene(draft, dice) : "";
    const std::string id = fresh_id(draft);
    item.choices.push_back({id, "Label " + id, to});
  }
}

Item random_item(Draft& draft, Dice& dice) {
  Item item;
  item.kind = static_cast<Kind>(dice.below(6));
  if (item.kind == Kind::kCall && !dice.one_in(3)) item.kind = Kind::kAsk;
  item.id = fresh_id(draft);
  item.words = "Words of " + item.id;
  if (!asks(item)) return item;
  item.slot = "s" + item.id;
  item.skip = dice.one_in(5);
  item.again = item.kind == Kind::kAsk && dice.one_in(3);
  if (item.kind == Kind::kChoose) give_choices(item, draft, dice);
  return item;
}

std::vector<Item*> all(Draft& draft) {
  std::vector<Item*> items;
  for (Scene& scene : draft.scenes) {
    for (Item& item : scene.items) items.push_back(&item);
  }
  return items;
}

Item* any_item(Draft& draft, Dice& dice, bool asking) {
  std::vector<Item*> fitting;
  for (Item* item : all(draft)) {
    if (!asking || asks(*item)) fitting.push_back(item);
  }
  return fitting.empty() ? nullptr : fitting[any(dice, fitting.size())];
}

// --- edits -------------------------------------------------------------------------------------

void reword(Draft& draft, Dice& dice) {
  if (Item* item = any_item(draft, dice, false)) {
    item->words += ", put better";
    for (auto& choice : item->choices) choice.label += "!";
  }
}

void swap_labels(Draft& draft, Dice& dice) {
  for (Item* item : all(draft)) {
    if (item->choices.size() > 1 && dice.one_in(2))
      std::swap(item->choices[0].label, item->choices[1].label);
  }
}

void insert(Draft& draft, Dice& dice) {
  Item item = random_item(draft, dice);
  auto& items = draft.scenes[any(dice, draft.scenes.size())].items;
  items.insert(items.begin() + static_cast<std::ptrdiff_t>(any(dice, items.size() + 1)),
               std::move(item));
}

void remove(Draft& draft, Dice& dice) {
  auto& items = draft.scenes[any(dice, draft.scenes.size())].items;
  if (!items.empty()) items.erase(items.begin() + static_cast<std::ptrdiff_t>(any(dice, items.size())));
}

void reorder_items(Draft& draft, Dice& dice) {
  auto& items = draft.scenes[any(dice, draft.scenes.size())].items;
  if (items.size() > 1) std::swap(items[any(dice, items.size())], items[any(dice, items.size())]);
}

void reorder_scenes(Draft& draft, Dice& dice) {
  if (draft.scenes.size() > 1)
    std::swap(draft.scenes[any(dice, draft.scenes.size())],
              draft.scenes[any(dice, draft.scenes.size())]);
}

void rename_scene(Draft& draft, Dice& dice) {
  const std::string from = any_scene(draft, dice);
  const std::string to = "scene-" + std::to_string(draft.next++);
  for (Scene& scene : draft.scenes) {
    if (scene.name == from) scene.name = to;
    if (scene.to == from) scene.to = to;
    for (Item& item : scene.items) {
      for (auto& choice : item.choices) {
        if (choice.to == from) choice.to = to;
      }
    }
  }
}

void remove_scene(Draft& draft, Dice& dice) {
  if (draft.scenes.size() < 2) return;
  const std::size_t which = 1 + any(dice, draft.scenes.size() - 1);
  const Scene gone = draft.scenes[which];
  draft.scenes.erase(draft.scenes.begin() + static_cast<std::ptrdiff_t>(which));
  for (Scene& scene : draft.scenes) {
    if (scene.to == gone.name) scene.to = gone.to == gone.name ? "" : gone.to;
    for (Item& item : scene.items) {
      for (auto& choice : item.choices) {
        if (choice.to == gone.name) choice.to.clear();
      }
    }
  }
}

void move_item(Draft& draft, Dice& dice) {
  auto& from = draft.scenes[any(dice, draft.scenes.size())].items;
  if (from.empty()) return;
  const auto which = from.begin() + static_cast<std::ptrdiff_t>(any(dice, from.size()));
  Item item = *which;
  from.erase(which);
  auto& to = draft.scenes[any(dice, draft.scenes.size())].items;
  to.insert(to.begin() + static_cast<std::ptrdiff_t>(any(dice, to.size() + 1)), std::move(item));
}

void split(Draft& draft, Dice& dice) {
  for (Scene& scene : draft.scenes) {
    for (std::size_t i = 0; i < scene.items.size(); ++i) {
      if (!asks(scene.items[i]) || !dice.one_in(3)) continue;
      Item second = scene.items[i];
      second.id = fresh_id(draft);
      second.slot = "s" + second.id;
      if (second.kind == Kind::kChoose) give_choices(second, draft, dice);
      scene.items.insert(scene.items.begin() + static_cast<std::ptrdiff_t>(i), std::move(second));
      return;
    }
  }
}

// The same line asks for something else.
void change_type(Draft& draft, Dice& dice) {
  Item* item = any_item(draft, dice, true);
  if (item == nullptr) return;
  static constexpr Kind kAsking[] = {Kind::kAsk, Kind::kYesNo, Kind::kChoose, Kind::kRate};
  item->kind = kAsking[dice.below(4)];
  item->again = false;
  item->choices.clear();
  if (item->kind == Kind::kChoose) give_choices(*item, draft, dice);
}

// The same line fills another slot: what two scripts disagree about most quietly.
void change_slot(Draft& draft, Dice& dice) {
  Item* item = any_item(draft, dice, true);
  if (item != nullptr) item->slot = "s" + fresh_id(draft);
}

void swap_slots(Draft& draft, Dice& dice) {
  Item* one = any_item(draft, dice, true);
  Item* other = any_item(draft, dice, true);
  if (one != nullptr && other != nullptr && one->kind == other->kind) std::swap(one->slot, other->slot);
}

void remove_choice(Draft& draft, Dice& dice) {
  for (Item* item : all(draft)) {
    if (item->choices.size() > 2 && dice.one_in(2))
      item->choices.erase(item->choices.begin() +
                          static_cast<std::ptrdiff_t>(any(dice, item->choices.size())));
  }
}

void insert_choice(Draft& draft, Dice& dice) {
  for (Item* item : all(draft)) {
    if (item->choices.empty() || !dice.one_in(2)) continue;
    const std::string id = fresh_id(draft);
    item->choices.insert(item->choices.begin(), {id, "Label " + id, ""});
  }
}

// A button under another question, its id with it.
void move_choice(Draft& draft, Dice& dice) {
  std::vector<Item*> with;
  for (Item* item : all(draft)) {
    if (item->choices.size() > 1) with.push_back(item);
  }
  if (with.size() < 2) return;
  Item* from = with[any(dice, with.size())];
  Item* to = with[any(dice, with.size())];
  if (from == to || from->choices.size() < 3) return;
  to->choices.push_back(from->choices.back());
  from->choices.pop_back();
}

void new_id(Draft& draft, Dice& dice) {
  Item* item = any_item(draft, dice, true);
  if (item == nullptr) return;
  const std::string old = item->id;
  item->id = fresh_id(draft);
  if (dice.one_in(2)) draft.moved.push_back(old + " -> " + item->id);
}

void swap_ids(Draft& draft, Dice& dice) {
  Item* one = any_item(draft, dice, true);
  Item* other = any_item(draft, dice, true);
  if (one != nullptr && other != nullptr) std::swap(one->id, other->id);
}

void add_gate(Draft& draft, Dice& dice) {
  draft.header = dice.one_in(2) ? "needs: done it/two\nneeds otherwise: help/menu\n"
                                : "needs: not done it/two\nneeds otherwise: help/menu\n";
}

struct Edit {
  const char* what;
  void (*make)(Draft&, Dice&);
};

constexpr Edit kEdits[] = {
    {"reword", reword},
    {"swap labels", swap_labels},
    {"insert", insert},
    {"delete", remove},
    {"reorder items", reorder_items},
    {"reorder scenes", reorder_scenes},
    {"rename a scene", rename_scene},
    {"delete a scene", remove_scene},
    {"move to another scene", move_item},
    {"split", split},
    {"change type", change_type},
    {"change slot", change_slot},
    {"swap slots", swap_slots},
    {"remove a choice", remove_choice},
    {"insert a choice", insert_choice},
    {"move a choice", move_choice},
    {"new id", new_id},
    {"swap ids", swap_ids},
    {"add a gate", add_gate},
};

// --- writing -----------------------------------------------------------------------------------

void write_item(const Item& item, const std::string& mentions, std::string& out) {
  const std::string line = "Bot: " + item.words + mentions + ". #" + item.id + "\n";
  switch (item.kind) {
    case Kind::kSay:
      out += line;
      return;
    case Kind::kCall:
      out += "call it/two\n";
      return;
    case Kind::kAsk:
    case Kind::kYesNo:
      out += "ask " + item.slot + "\n  " + line;
      if (item.again)
        out += "  when blame\n    Bot: \"{heard}\"? #" + item.id + "0\n    again at most 2\n";
      break;
    case Kind::kChoose:
      out += "choose " + item.slot + "\n  " + line;
      for (const auto& choice : item.choices)
        out += "  * " + choice.label + " #" + choice.id + (choice.to.empty() ? "" : " -> " + choice.to) + "\n";
      break;
    case Kind::kRate:
      out += "rate " + item.slot + ": low .. high #" + item.id + "\n";
      break;
  }
}

const char* type_of(Kind kind) {
  switch (kind) {
    case Kind::kYesNo: return "yes/no";
    case Kind::kChoose: return "choice";
    case Kind::kRate: return "number 0 to 9";
    default: return "text up to 200";
  }
}

}  // namespace

Draft random_draft(Dice& dice) {
  Draft draft;
  const int scenes = dice.between(1, 4);
  for (int i = 0; i < scenes; ++i)
    draft.scenes.push_back({i == 0 ? "start" : "scene-" + std::to_string(i), {}, ""});
  for (std::size_t i = 0; i < draft.scenes.size(); ++i) {
    const int items = dice.between(1, 4);
    for (int n = 0; n < items; ++n) {
      Item item = random_item(draft, dice);
      draft.scenes[i].items.push_back(std::move(item));
    }
    if (i + 1 < draft.scenes.size()) draft.scenes[i].to = draft.scenes[i + 1].name;
  }
  return draft;
}

Draft edited(const Draft& draft, Dice& dice, std::string& what) {
  Draft out = draft;
  out.moved.clear();
  const Edit& edit = kEdits[any(dice, std::size(kEdits))];
  what = edit.what;
  edit.make(out, dice);
  return out;
}

std::string written(const Draft& draft) {
  std::string out = "title: It\nabout: For tests.\nmodel: none\nnot for: nobody\nreviewed: draft\n" + draft.header;
  for (const std::string& pair : draft.moved) out += "moved: " + pair + "\n";
  std::set<std::string> declared;
  std::string slots;
  std::string body;
  std::string filled;  // by the question before, in this scene
  for (const Scene& scene : draft.scenes) {
    body += "\n== " + scene.name + "\n";
    filled.clear();
    for (const Item& item : scene.items) {
      write_item(item, filled.empty() ? "" : ", {" + filled + "}", body);
      if (item.slot.empty() || !asks(item)) continue;
      if (item.skip && item.kind != Kind::kYesNo && item.kind != Kind::kChoose && !scene.to.empty()) {
        body += item.kind == Kind::kRate ? "  skip -> " + scene.to + "\n" : "  skip -> " + scene.to + "\n";
      }
      if (declared.insert(item.slot).second) slots += "  " + item.slot + ": " + type_of(item.kind) + "\n";
      filled = item.slot;
    }
    body += scene.to.empty() ? "end completed\n" : "-> " + scene.to + "\n";
  }
  return out + (slots.empty() ? "" : "\nslots\n" + slots) + body;
}

}  // namespace attune::dialogs::workshop
