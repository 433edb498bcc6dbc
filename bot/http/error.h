// The one error format: what every refusal of the server looks like, and the table of codes.
//
// A code never changes its meaning; its message says what the caller can do. Nothing of ours
// (paths, exception texts) and nothing of theirs (bytes they sent) is ever part of an error.
// Threads: all functions may be called from any thread.
#pragma once

#include <string>
#include <string_view>

namespace httplib {
struct Response;
}

namespace attune::bot {

struct ErrorKind {
  std::string_view code;     // stable, snake_case
  int status;                // HTTP
  std::string_view message;  // plain, says what to do
};

// The kind for a code. An unknown code is a broken promise: throws std::logic_error.
const ErrorKind& error_kind(std::string_view code);

// The kind that fits a bare status ("not_found" for 404), for replies that carry no body of their
// own.
const ErrorKind& error_kind_for_status(int status);

// Eight lower-case hex digits, different each time and not guessable from one another.
std::string new_error_id();

// Writes the error into a handler's response: status, JSON body, Retry-After: 1 with 503. The
// message defaults to the table's; pass one where more can be said ("text is over 4,000
// characters"). Inside a handler a status from 500 on goes to the trouble log under its id, which is
// returned for the others.
std::string answer_error(httplib::Response& response, std::string_view code,
                         std::string_view message = {});

}  // namespace attune::bot
