#include "dialogs/translation/translate.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "dialogs/check/families.h"
#include "dialogs/check/lengths.h"
#include "dialogs/check/scope.h"
#include "dialogs/language/definitions.h"
#include "dialogs/translation/messages.h"

namespace attune::dialogs {
namespace {

constexpr std::string_view kFolder = "po/";
constexpr std::string_view kEnding = ".po";

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::set<std::string> holes_in(std::string_view text) {
  std::set<std::string> holes;
  for (std::size_t at = 0; (at = text.find('{', at)) != text.npos;) {
    const std::size_t close = text.find('}', at);
    if (text.substr(at, 2) == "{{") {
      at += 2;
    } else if (close == text.npos) {
      break;
    } else {
      holes.emplace(text.substr(at + 1, close - at - 1));
      at = close + 1;
    }
  }
  return holes;
}

// Every number in it, in any order.
std::multiset<std::string> digits_of(std::string_view text) {
  std::multiset<std::string> numbers;
  constexpr std::string_view kDigits = "0123456789";
  for (std::size_t at = 0; (at = text.find_first_of(kDigits, at)) != text.npos;) {
    const std::size_t end = std::min(text.find_first_not_of(kDigits, at), text.size());
    numbers.emplace(text.substr(at, end - at));
    at = end;
  }
  return numbers;
}

std::string shown(std::string_view hole) { return "{" + std::string(hole) + "}"; }

class Translator {
 public:
  Translator(const SourceFile& source, const Scripts& scripts, const Scripts& shared)
      : source_(source), memory_(memory_slots(shared)), po_(read_po(source)), report_(source.path) {
    out_.language = *language_of_po(source.path);
    for (const Scripts* all : {&scripts, &shared}) {
      for (const auto& script : *all) slots_.merge(shown_slots({script}));
    }
    const std::string named = po_.file.field("Language");
    if (!named.empty() && named != out_.language) {
      add(diagnostics::kUnreadablePo, po_.file.header.text_place,
          {"it says that it is in \"" + named + "\", and its name that it is in \"" +
           out_.language + "\""});
    }
    for (const PoEntry& entry : po_.file.entries) {
      if (entry.obsolete) continue;
      if (!entries_.emplace(entry.context, &entry).second) {
        add(diagnostics::kTranslatedTwice, entry.place, {entry.context});
      }
    }
  }

  Translation run(const Scripts& scripts, const Scripts& shared, const Cards& cards) {
    for (const auto& script : shared) out_.shared.push_back(one(*script));
    for (const auto& script : scripts) out_.scripts.push_back(one(*script));
    out_.cards = cards;
    each_message(out_.cards, visitor());
    unused();
    unfinished();
    Diagnostics braces = report_.take();
    for (Diagnostics* more : {&po_.diagnostics, &braces}) {
      std::move(more->begin(), more->end(), std::back_inserter(out_.diagnostics));
    }
    return std::move(out_);
  }

 private:
  void add(const Definition& definition, Place place, const std::vector<std::string>& arguments) {
    if (place.line == 0) place = {1, 1, 0};
    out_.diagnostics.push_back(make(definition, source_.path, place, arguments));
  }

  EachMessage visitor() {
    return [this](const Message& message, const Put& put) { take(message, put); };
  }

  std::shared_ptr<const Script> one(const Script& original) {
    auto script = std::make_shared<Script>(original);
    script->path = source_.path;
    const std::size_t before = put_;
    each_message(*script, slots_, out_.shown, visitor());
    if (put_ > before) alike(*script);
    return script;
  }

  // A person who types a label must get one choice here too.
  void alike(const Script& script) {
    Findings findings(source_.path);
    check_alike(script, memory_, findings);
    for (Diagnostic& found : findings.take()) out_.diagnostics.push_back(std::move(found));
  }

  void take(const Message& message, const Put& put) {
    Progress& progress = out_.progress[message.script];
    ++progress.texts;
    const auto found = entries_.find(message.context);
    if (found == entries_.end()) return missing(message, {1, 1, 0});
    const PoEntry& entry = *found->second;
    used_.insert(message.context);
    if (entry.text.empty()) return missing(message, entry.place);
    ++progress.translated;
    const bool changed = entry.source != message.source;
    if (changed || entry.fuzzy) {
      ++progress.changed;
      tell_changed(message, entry, changed);
      if (message.kind == Message::Kind::kCard) return;
    }
    if (message.kind == Message::Kind::kCard && digits_of(message.source) != digits_of(entry.text)) {
      return add(diagnostics::kOtherNumber, entry.text_place, {message.context, message.source});
    }
    const bool fits = message.kind == Message::Kind::kWords || holes(message, entry);
    if (!fits) return;
    lengths(message, entry);
    ++put_;
    put(Segment{entry.text, entry.text_place.line, entry.text_place.column}, report_);
  }

  void missing(const Message& message, Place place) { missing_.try_emplace(message.script, place); }

  void tell_changed(const Message& message, const PoEntry& entry, bool changed) {
    if (!changed) return add(diagnostics::kFuzzyTranslation, entry.place, {message.context});
    add(diagnostics::kChangedSource, entry.place, {message.context, message.source});
  }

  bool holes(const Message& message, const PoEntry& entry) {
    const auto wanted = holes_in(message.source), there = holes_in(entry.text);
    bool fits = true;
    for (const std::string& hole : there) {
      if (wanted.count(hole) > 0) continue;
      add(diagnostics::kStrangeHole, entry.text_place, {shown(hole), message.source});
      fits = false;
    }
    for (const std::string& hole : wanted) {
      if (there.count(hole) == 0) {
        add(diagnostics::kLostHole, entry.text_place, {shown(hole), message.source});
      }
    }
    return fits;
  }

  void lengths(const Message& message, const PoEntry& entry) {
    const std::size_t length = characters(entry.text);
    if (message.kind == Message::Kind::kLabel && length > kLongLabel) {
      add(diagnostics::kLongLabelText, entry.text_place,
          {std::to_string(length), std::to_string(kLongLabel)});
    }
    if (message.kind == Message::Kind::kLine && length > kLongLine) {
      add(diagnostics::kLongLineText, entry.text_place,
          {std::to_string(length), std::to_string(kLongLine)});
    }
  }

  void unused() {
    for (const PoEntry& entry : po_.file.entries) {
      if (entry.obsolete || entry.text.empty() || used_.count(entry.context) > 0) continue;
      add(diagnostics::kUnknownMessage, entry.place, {entry.context, out_.language});
    }
  }

  // A script that nobody has begun to translate is a plan, not a mistake.
  void unfinished() {
    for (const auto& [script, place] : missing_) {
      const Progress& progress = out_.progress[script];
      if (progress.translated == 0 || script.empty()) continue;
      add(diagnostics::kPartlyTranslated, place,
          {script, std::to_string(progress.texts - progress.translated),
           std::to_string(progress.texts)});
    }
  }

  const SourceFile& source_;
  const MemorySlots memory_;
  ReadPo po_;
  Report report_;
  ShownSlots slots_;
  std::unordered_map<std::string, const PoEntry*> entries_;
  std::set<std::string> used_;
  std::size_t put_ = 0;  // texts that were replaced
  std::map<std::string, Place> missing_;  // by script, its first
  Translation out_;
};

PoEntry new_header(const std::string& language) {
  PoEntry header;
  header.text = "Language: " + language +
                "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
                "Content-Transfer-Encoding: 8bit\n";
  return header;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

std::optional<std::string> language_of_po(const std::string& path) {
  const bool named = path.size() > kFolder.size() + kEnding.size() &&
                     path.compare(0, kFolder.size(), kFolder) == 0 &&
                     path.compare(path.size() - kEnding.size(), kEnding.size(), kEnding) == 0;
  if (!named) return std::nullopt;
  return path.substr(kFolder.size(), path.size() - kFolder.size() - kEnding.size());
}

Translation translate(const Scripts& scripts, const Scripts& shared, const Cards& cards,
                      const SourceFile& po) {
  return Translator(po, scripts, shared).run(scripts, shared, cards);
}

PoFile merged(const Scripts& scripts, const Scripts& shared, const Cards& cards, PoFile file,
              const std::string& language) {
  if (file.header.text.empty()) file.header = new_header(language);
  std::unordered_map<std::string, PoEntry> before;
  for (PoEntry& entry : file.entries) {
    std::string context = entry.context;
    before.try_emplace(std::move(context), std::move(entry));
  }
  PoFile after;
  after.header = std::move(file.header);
  const EachMessage visit = [&](const Message& message, const Put&) {
    PoEntry entry;
    if (const auto found = before.find(message.context); found != before.end()) {
      entry = std::move(found->second);
      before.erase(found);
    }
    if (entry.source != message.source && !entry.source.empty()) {
      if (!entry.text.empty()) {
        // What it was when it was last right, however often it changed since.
        if (entry.previous.empty() || !entry.fuzzy) entry.previous = entry.source;
        entry.fuzzy = true;
      }
      if (entry.previous == message.source) {  // and back again
        entry.fuzzy = false;
        entry.previous.clear();
      }
    }
    entry.context = message.context;
    entry.source = message.source;
    entry.obsolete = false;
    entry.notes = lines_of(message.note);
    after.entries.push_back(std::move(entry));
  };
  ShownSlots slots;
  for (const Scripts* all : {&shared, &scripts}) {
    for (const auto& script : *all) slots.merge(shown_slots({script}));
  }
  Library::Shown nothing;
  for (const Scripts* all : {&shared, &scripts}) {
    for (const auto& script : *all) {
      Script copy = *script;
      each_message(copy, slots, nothing, visit);
    }
  }
  Cards copy = cards;
  each_message(copy, visit);
  std::vector<PoEntry> gone;
  for (auto& [context, entry] : before) {
    if (entry.text.empty()) continue;
    entry.obsolete = true;
    entry.notes.clear();
    entry.places.clear();
    gone.push_back(std::move(entry));
  }
  std::sort(gone.begin(), gone.end(),
            [](const PoEntry& a, const PoEntry& b) { return a.context < b.context; });
  std::move(gone.begin(), gone.end(), std::back_inserter(after.entries));
  return after;
}

}  // namespace attune::dialogs
