# frozen_string_literal: true

# A login as MLSConnect's boards have one: Doorkeeper in a Rails application. Everybody is let in under the name they give. With the
# word "openid" it is a company's OpenID provider, which signs with ES256 and wants a code verifier where there was a challenge.
#
# From the environment: PORT; FOLDER, for the database; CLIENTS, the ids of the clients, each with the secret
# "secret-of-<id>"; CALLBACK, their callback address, with {client} where the id stands.

OPENID = ARGV.first == "openid"

require "rails"
require "active_record/railtie"
require "action_controller/railtie"
require "action_view/railtie"
require "doorkeeper"
require "doorkeeper/openid_connect" if OPENID
require "sqlite3"
require "rack/handler/puma"

if ARGV.last == "--version"
  product = OPENID ? "Doorkeeper's OpenID Connect #{Doorkeeper::OpenidConnect::VERSION}" : "Doorkeeper #{Doorkeeper::VERSION::STRING}"
  puts "#{product} on Rails #{Rails.version}"
  exit
end

# One line of JSON for each request, without secrets.
class RequestLog
  def initialize(app) = @app = app

  def call(env)
    @app.call(env).tap do |status, _headers, _body|
      request = ActionDispatch::Request.new(env)
      grant = request.request_parameters["grant_type"]
      line = { method: request.request_method, path: request.path, status: status, grant: grant }
      $stdout.write("#{line.to_json}\n")
      $stdout.flush
    end
  end
end

ENV["DATABASE_URL"] = "sqlite3:#{File.join(ENV.fetch("FOLDER"), "doorkeeper.sqlite3")}?timeout=5000"

class Board < Rails::Application
  config.root = ENV.fetch("FOLDER")
  config.eager_load = false
  config.secret_key_base = "only for these tests"
  config.logger = Logger.new($stderr, level: Logger::WARN)
  config.action_dispatch.show_exceptions = true
  config.session_store :cookie_store, key: "board_session"
  config.middleware.insert_before 0, RequestLog
end

class Member < ActiveRecord::Base
  # The tokens of a person whose name begins with "Brief" end soon.
  def token_seconds = name.start_with?("Brief") ? 16 : 7200
end

Doorkeeper.configure do
  orm :active_record
  resource_owner_authenticator do
    Member.find_by(id: session[:member]) || redirect_to("/login?#{{ back: request.fullpath }.to_query}")
  end
  use_refresh_token
  custom_access_token_expires_in do |context|
    owner = context.resource_owner
    (owner.is_a?(Member) ? owner : Member.find(owner)).token_seconds
  end
  force_ssl_in_redirect_uri false
  default_scopes(OPENID ? :openid : :public)
  optional_scopes :profile, :email if OPENID
end

if OPENID
  # Doorkeeper's page, with the nonce in its forms: that is left to the application.
  page = "doorkeeper/authorizations/new.html.erb"
  shown = File.read(File.join(Gem::Specification.find_by_name("doorkeeper").gem_dir, "app/views", page))
  field = "<%= hidden_field_tag :state, @pre_auth.state %>"
  own = File.join(ENV.fetch("FOLDER"), "app/views", page)
  FileUtils.mkdir_p(File.dirname(own))
  File.write(own, shown.gsub(field, "#{field}<%= hidden_field_tag :nonce, @pre_auth.nonce %>"))

  Doorkeeper::OpenidConnect.configure do
    issuer "http://127.0.0.1:#{ENV.fetch("PORT")}"
    signing_key OpenSSL::PKey::EC.generate("prime256v1").to_pem
    signing_algorithm :es256
    subject_types_supported [:public]
    resource_owner_from_access_token { |token| Member.find(token.resource_owner_id) }
    auth_time_from_resource_owner { nil }
    subject { |member| "m#{member.id}" }
    claims { normal_claim(:name, scope: :openid) { |member| member.name } }
  end
end

Board.initialize!

# A gem's own tables, from a migration that its generator would write.
def migrate(gem, template, migration)
  file = File.join(Gem::Specification.find_by_name(gem).gem_dir, "lib/generators/doorkeeper", template)
  eval(ERB.new(File.read(file)).result_with_hash(migration_version: "[6.1]"), TOPLEVEL_BINDING)
  Object.const_get(migration).migrate(:up)
end

ActiveRecord::Migration.verbose = false
migrate("doorkeeper", "templates/migration.rb.erb", :CreateDoorkeeperTables)
if OPENID
  migrate("doorkeeper", "templates/enable_pkce_migration.rb.erb", :EnablePkce)
  migrate("doorkeeper-openid_connect", "openid_connect/templates/migration.rb.erb", :CreateDoorkeeperOpenidConnectTables)
end
ActiveRecord::Schema.define { create_table(:members) { |t| t.string :name, null: false } }

ENV.fetch("CLIENTS").split.each do |id|
  callback = ENV.fetch("CALLBACK").sub("{client}", id)
  Doorkeeper::Application.create!(
    name: "Portico", uid: id, secret: "secret-of-#{id}", redirect_uri: callback
  )
end

class LoginController < ActionController::Base
  def show
    render inline: <<~HTML, locals: { back: params[:back] }
      <!DOCTYPE html><title>Log in</title><h1>Log in to your board</h1>
      <%= form_tag "/login" do %>
        <%= hidden_field_tag :back, back %>
        <%= label_tag :name %> <%= text_field_tag :name %> <%= submit_tag "Log in" %>
      <% end %>
    HTML
  end

  def create
    session[:member] = Member.find_or_create_by!(name: params.require(:name)).id
    back = params.require(:back)
    redirect_to back.start_with?("/oauth/") ? back : "/"
  end
end

class MeController < ActionController::API
  before_action :doorkeeper_authorize!

  def show
    member = Member.find(doorkeeper_token.resource_owner_id)
    agency = { name: "Agency of #{member.name}" }
    render json: { id: "m#{member.id}", name: member.name, email: nil, additionalInformation: { agency: agency } }
  end
end

Rails.application.routes.draw do
  use_doorkeeper { skip_controllers :applications, :authorized_applications }
  use_doorkeeper_openid_connect if OPENID
  get "/login", to: "login#show"
  post "/login", to: "login#create"
  get "/api/oauth/me", to: "me#show"
  root to: proc { [200, { "Content-Type" => "text/plain" }, ["ready\n"]] }
end

Rack::Handler::Puma.run(
  Rails.application, Host: "127.0.0.1", Port: Integer(ENV.fetch("PORT")), Threads: "4:8", Silent: true
)
